using HmacFileServer.Client.Http;

namespace HmacFileServer.Client.Protocols;

/// <summary>Tells the answers of the server from those of whoever else answers in its place: a captive portal, most likely. One upload's memory of it.</summary>
/// <param name="isTls">The certificate has proved the server's name: then there is nothing left to guess.</param>
internal sealed class ServerRecognition(bool isTls)
{
    private const string ServerName = "hmac-file-server";

    /// <summary>Answers of strangers before one is taken for the server's own: it may really want to redirect.</summary>
    private const int MostStrangers = 5;

    private int _strangers;

    /// <summary>The server was seen to give its name once.</summary>
    public bool KnowsName { get; private set; }

    /// <summary>The answer bears this product's name.</summary>
    public static bool IsNamed(ResponseHead answer) => IsName(answer.Field("Server"));

    /// <summary>The value of a `Server` field is this product's name.</summary>
    public static bool IsName(string? field) => field is not null && field.StartsWith(ServerName, StringComparison.Ordinal);

    /// <summary>
    /// True for an answer of our server to a probe. Where it was seen to give its name once, an answer without it is a stranger's; behind a
    /// proxy that hides it, or over TLS, the status must do.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isAlive">Its status is what the protocol says of a probe's.</param>
    public bool IsOurs(ResponseHead answer, bool isAlive)
    {
        var named = IsNamed(answer);
        KnowsName |= named;
        return isAlive && (named || !KnowsName || isTls);
    }

    /// <summary>A question was answered with a redirection or a demand to sign in (RFC 6585 §6), in plain text, and there is another path to ask on.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="paths">How many paths there are.</param>
    public bool IsPortal(ResponseHead answer, int paths) =>
        !isTls && answer.Status is (>= 300 and < 400) or 511 && paths > 1 && ++_strangers <= MostStrangers;
}
