using System.Globalization;

namespace HmacFileServer.Bench.Load;

/// <summary>What the load's clients have to know of an answer.</summary>
internal static class AnswerHead
{
    private const string Name = "Content-Length: ";

    /// <summary>Bytes that follow the head; 0 if it does not say.</summary>
    public static int ContentLength(string head)
    {
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return 0;
        var digits = head.AsSpan(at + Name.Length);
        var end = digits.IndexOf('\r');
        return int.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
    }
}
