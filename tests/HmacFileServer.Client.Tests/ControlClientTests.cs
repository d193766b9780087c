using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Tests;

/// <summary>The requests around a transfer, where a path is not what it was a moment ago.</summary>
public sealed class ControlClientTests
{
    private static readonly InterfaceRoute Everywhere = new(IPNetwork.Parse("0.0.0.0/0"), null, 0);

    [Fact]
    public async Task An_interface_that_is_gone_leaves_the_next_one_to_be_tried()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "lo is interface 1 on Linux alone.");
        // To an address of this device that is not loopback, since that is never bound; over lo, which leads there.
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        Assert.SkipWhen(own is null, "This device has no address but loopback's.");
        using var listener = new TcpListener(own, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        var url = new Uri($"http://{listener.LocalEndpoint}/");
        var options = new ClientOptions { InterfacePriority = ["gone0", "lo"] };
        using var control = new ControlClient(url, options, new PathFinder(options), new Still(), TimeProvider.System);

        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync("GET", url, [], null, TestContext.Current.CancellationToken)).Status);
        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: TestContext.Current.CancellationToken);
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    /// <summary>Says that there are two interfaces, of which one has gone since.</summary>
    private sealed class Still : INetworkMonitor
    {
        public IReadOnlyList<InterfaceSnapshot> Current { get; } =
        [
            new(999_999, "gone0", InterfaceType.Ethernet) { IsUp = true, HasCarrier = true, Addresses = [IPAddress.Parse("198.18.0.9")], Routes = [Everywhere] },
            new(1, "lo", InterfaceType.Loopback) { IsUp = true, HasCarrier = true, Addresses = [IPAddress.Loopback], Routes = [Everywhere] },
        ];

        public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange) => new MemoryStream();

        public IDisposable Attend() => new MemoryStream();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
