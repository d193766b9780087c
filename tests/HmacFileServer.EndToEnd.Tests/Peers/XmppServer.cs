using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>
/// An XMPP server as Debian packages it, in a process of its own on a loopback address of its own, with one account, an upload service, and
/// data, key and configuration in a temporary folder.
/// </summary>
internal abstract class XmppServer : IAsyncDisposable
{
    protected const int ClientPort = 5222;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private ChildProcess? _process;

    protected XmppServer()
    {
        Certificate = TestCertificate.Create(Folder.Path, "localhost", Address);
        Account = new XmppAccount(
            "alice@localhost", "correct horse", new IPEndPoint(Address, ClientPort), Certificate.CertificateFile, "upload.localhost");
    }

    public XmppAccount Account { get; }

    protected TemporaryFolder Folder { get; } = new();

    protected IPAddress Address { get; } = LoopbackAddress.Next();

    protected TestCertificate Certificate { get; }

    /// <summary>What its output says when clients may come.</summary>
    protected abstract IEnumerable<string> ReadyLines { get; }

    /// <summary>Waits until it serves; it is disposed if it does not.</summary>
    public async Task<XmppServer> StartAsync()
    {
        try
        {
            _process = await LaunchAsync(StartLimit);
            foreach (var line in ReadyLines)
                await _process.WaitForLineAsync(line, StartLimit);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Writes the configuration and starts the process.</summary>
    protected abstract Task<ChildProcess> LaunchAsync(TimeSpan limit);
}
