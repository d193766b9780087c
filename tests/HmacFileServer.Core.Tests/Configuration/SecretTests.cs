using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>Secrets are read as they are, and shown nowhere.</summary>
public sealed class SecretTests : ConfigurationTestBase
{
    private const string Value = "Xq7-top-secret-Xq7";

    [Fact]
    public void A_secret_is_its_raw_bytes()
    {
        Assert.True(Valid("[security]\nsecret = \"clé secrète\"").Security.Secret!.Bytes.SequenceEqual("clé secrète"u8));
        Assert.Equal("clé secrète", Secret.FromText("clé secrète").Reveal());
        Assert.True(Valid(null, ("HFS_SECURITY__SECRET", "a,b [c] \"d\"")).Security.Secret!.Bytes.SequenceEqual("a,b [c] \"d\""u8));
    }

    [Fact]
    public void A_secret_prints_as_nothing()
    {
        var options = Valid($"[security]\nsecret = \"{Value}\"\nprevious_secrets = [\"{Value}-older\"]");
        foreach (var text in new[] { options.ToString(), options.Security.ToString(), options.Security.Secret!.ToString(), $"{options.Security.PreviousSecrets[0]}" })
            Assert.DoesNotContain("Xq7", text, StringComparison.Ordinal);
        Assert.Equal("(secret)", options.Security.Secret.ToString());
    }

    [Theory]
    [InlineData("", "the secret is empty: remove the key, and a random secret is made and kept; or write at least 8 bytes.")]
    [InlineData("1234567", "this secret is too short: write at least 8 bytes, better 32 random ones.")]
    public void A_short_secret_is_refused(string secret, string expected)
    {
        Assert.Equal($"config.toml:2:10: security.secret: {expected}", OneError($"[security]\nsecret = \"{secret}\""));
        Assert.Equal($"config.toml:2:21: security.previous_secrets: {expected}", OneError($"[security]\nprevious_secrets = [\"{secret}\"]"));
        Assert.Equal($"HFS_SECURITY__SECRET: security.secret: {expected}", OneError("", ("HFS_SECURITY__SECRET", secret)));
    }

    [Fact]
    public void Eight_bytes_suffice_whatever_the_number_of_letters()
    {
        Assert.NotNull(Valid("[security]\nsecret = \"12345678\"").Security.Secret);
        Assert.NotNull(Valid("[security]\nsecret = \"éééé\"").Security.Secret);
        Assert.Throws<ArgumentException>(() => Secret.FromText("1234567"));
    }

    [Theory]
    [InlineData("CHANGE-THIS-to-something", "looks like that of an example configuration")]
    [InlineData("your-secret-goes-here", "looks like that of an example configuration")]
    [InlineData("trailing newline\\n", "begins or ends with white space")]
    public void A_doubtful_secret_is_a_warning(string secret, string expected) =>
        Assert.Contains(expected, OneWarning($"[security]\nsecret = \"{secret}\""), StringComparison.Ordinal);

    [Fact]
    public void The_same_secret_twice_is_refused_without_showing_it() =>
        Assert.Equal(
            "config.toml:2:44: security.previous_secrets: the same value stands in the list twice: remove one.",
            OneError($"[security]\nprevious_secrets = [\"{Value}\",  \"{Value}\"]"));

    public static TheoryData<string> Broken =>
    [
        $"[security]\nsecret = {Value}", $"[security]\nsecret = \"{Value}", $"[security]\nsecret = [\"{Value}\"]", $"[security]\nsecret = {{ a = \"{Value}\" }}", $"[security]\nprevious_secrets = \"{Value}\"",
        $"[security]\nprevious_secrets = [[\"{Value}\"]]", $"[security]\nsecre = \"{Value}\"", $"[secure]\nsecret = \"{Value}\"", $"security = \"{Value}\"", $"secret = \"{Value}\"", $"[[security]]\nsecret = \"{Value}\"",
        $"[security]\nsecret = \"{Value}\"\nsecret = \"{Value}\"", $"[security]\nsecret.key = \"{Value}\"", $"[server]\nsecret = \"{Value}\"", $"[security]\nsecret = \" {Value}\"", $"[security]\nsecret = \"change-me-{Value}\"",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void No_message_and_no_report_shows_a_secret(string toml)
    {
        foreach (var result in new[] { Read(toml), Read(null, ("HFS_SECURITY__SECRETS", Value), ("HFS_SECURITY__PREVIOUS_SECRETS", $"[{Value}"), ("HFS_SECURITY__SECRET", Value)) })
        {
            Assert.NotEmpty(result.Errors.Concat(result.Warnings));
            Assert.DoesNotContain("Xq7", string.Join('\n', result.Errors.Concat(result.Warnings)), StringComparison.Ordinal);
            Assert.DoesNotContain("Xq7", ConfigurationReport.ToToml(result), StringComparison.Ordinal);
            Assert.DoesNotContain("Xq7", result.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equal_bytes_are_equal_secrets() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (a, b) =>
        {
            byte[] x = [.. "12345678"u8, .. a], y = [.. "12345678"u8, .. b];
            return new Secret(x).Equals(new Secret(y)) == x.AsSpan().SequenceEqual(y) && new Secret(x).GetHashCode() == new Secret(x.ToArray()).GetHashCode();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_secret_that_is_no_text_is_refused() =>
        Assert.Contains("not Unicode", OneError("", ("HFS_SECURITY__SECRET", "12345678" + (char)0xD800)), StringComparison.Ordinal);
}
