using System.Globalization;
using System.Net;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Addresses and blocks of addresses (CIDR).</summary>
internal sealed class AddressBlocksOptionAttribute(string description) : ListOptionAttribute<IPNetwork>(description)
{
    protected override string Expectation => "a list of addresses or blocks, like [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]";

    protected override IPNetwork Read(string text, OptionProblems problems)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (text.Contains('%', StringComparison.Ordinal) || !ListenAddress.TryParseAddress(slash < 0 ? text : text[..slash], out var address))
        {
            RefuseText(text, problems);
            return default;
        }
        var bits = address!.GetAddressBytes().Length * 8;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            RefuseText(text, problems);
            return default;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            problems.Refuse($"{OptionProblems.Show(text)} is an IPv4 address in IPv6 form: write {address.MapToIPv4()}.");
            return default;
        }
        // An address that does not begin its block is more often a slip (/8 for /32) than meant: trust is not widened by a guess.
        var block = Masked(address, prefix);
        if (!block.Equals(address))
        {
            problems.Refuse($"{OptionProblems.Show(text)} has bits beyond its prefix: write \"{block}/{prefix}\" for the block, or \"{address}\" for the address.");
            return default;
        }
        return new IPNetwork(address, prefix);
    }

    protected override string Write(IPNetwork item) => item.ToString();

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF00 >> kept);
        }
        return new IPAddress(bytes);
    }
}
