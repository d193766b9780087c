using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Client;
using HmacFileServer.Core.Networks;
using HmacFileServer.EndToEnd.Tests.Peers;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>The same over TLS: the name of the URL is what the certificate is for, at whichever address.</summary>
public sealed class ServerAddressTlsTests : ServerAddressTestBase
{
    protected override string Name => "files.test";

    [Fact]
    public async Task An_upload_follows_the_switch_that_the_server_tells_and_the_way_back()
    {
        var result = await UploadAsync(new ClientOptions { Failover = new FailoverOptions { StabilityTime = TimeSpan.FromSeconds(1) } },
            (0.3, () => Uplinks.Set(Wlan0)),
            (0.6, () => Uplinks.Set(Eth0, Wlan0)));

        Assert.Equal([("interface_down", A.Url.Host, B.Url.Host), ("better_alternative", B.Url.Host, A.Url.Host)],
            result.Switches.Select(s => (s.Reason.Name(), s.FromEndpoint!, s.ToEndpoint!)));
        Assert.Contains(Said, s => s.Contains("the server switches", StringComparison.Ordinal));
        Assert.InRange(result.ResentBytes, 0, 1 << 20); // what was in the sockets
        Assert.InRange(result.LargestStall, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_address_that_dies_without_a_word_is_left_for_the_next()
    {
        var result = await UploadAsync(new ClientOptions(), (0.4, () => _ = A.DropAsync()));
        Assert.True(B.Sent > Length / 4, $"{B.Sent} bytes came over the second address");
        Assert.Equal(B.Url.Host, Assert.Single(result.Switches).ToEndpoint);
    }

    [Fact]
    public async Task Who_has_no_certificate_for_the_name_is_told_nothing_and_not_asked_again()
    {
        await B.DropAsync();
        using var stranger = new TcpListener(IPAddress.Parse(B.Url.Host), Port);
        stranger.Start();
        var files = TestCertificate.Create(Directory.CreateDirectory(Path.Combine(Folder, "stranger")).FullName, Name); // signed by nobody whom the client trusts
        using var certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        using var ending = new CancellationTokenSource();
        var (heard, greeted) = (0, 0);
        var listening = ListenAsync();

        var result = await UploadAsync(new ClientOptions(), (0.6, () => Uplinks.Set(Wlan0)));
        await ending.CancelAsync();
        await listening;

        Assert.Equal(Length, result.Bytes);
        Assert.InRange(greeted, 1, 2);
        Assert.Equal(0, heard);
        Assert.Contains(Said, s => s.Contains($"{B.Url.Host} is not used", StringComparison.Ordinal));

        async Task ListenAsync()
        {
            try
            {
                while (true)
                {
                    using var socket = await stranger.AcceptSocketAsync(ending.Token);
                    greeted++;
                    await HearAsync(socket);
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        async Task HearAsync(Socket socket)
        {
            try
            {
                await using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ending.Token);
                heard += await tls.ReadAsync(new byte[4096], ending.Token);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client has gone.
            }
        }
    }
}
