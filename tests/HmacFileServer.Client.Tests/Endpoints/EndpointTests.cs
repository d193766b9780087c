using System.Net;
using HmacFileServer.Client.Endpoints;

namespace HmacFileServer.Client.Tests.Endpoints;

/// <summary>What a server may say of its addresses, and what of it is believed.</summary>
public sealed class EndpointTests
{
    private static readonly Uri Origin = new("https://files.example:8443/slot/f?v2=x");
    private static readonly IPAddress Home = IPAddress.Parse("203.0.113.1");

    [Theory]
    [InlineData("https://203.0.113.9:8443/", true)]
    [InlineData("https://[2001:db8::9]:8443/", true)]
    [InlineData("https://other.example:8443/", false)] // a name could be anybody's
    [InlineData("https://203.0.113.9/", false)] // another port
    [InlineData("http://203.0.113.9:8443/", false)] // without the TLS that was asked for
    [InlineData("https://user@203.0.113.9:8443/", false)]
    [InlineData("ftp://203.0.113.9:8443/", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("", false)]
    public void Only_addresses_of_the_same_scheme_and_port_are_taken(string url, bool taken)
    {
        var entry = Assert.Single(EndpointList.Read($$"""{"endpoints":[{"url":"{{url}}","interface":"eth0","priority":10,"state":"up"}]}""", Origin));
        Assert.Equal(taken, entry.Address is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"endpoints":{}}""")]
    [InlineData("""{"endpoints":[1,null,"x",[],{},{"state":1},{"state":"sideways","url":"https://203.0.113.9:8443/"}]}""")]
    public void What_cannot_be_read_is_nothing(string text) => Assert.Empty(EndpointList.Read(text, Origin));

    [Fact]
    public void Of_very_many_only_a_few_are_read_and_kept()
    {
        var text = "{\"endpoints\":[" + string.Join(',', Enumerable.Range(1, 200).Select(i => $$"""{"url":"https://203.0.113.{{i}}:8443/","interface":"eth{{i}}","priority":{{i}},"state":"up"}""")) + "]}";
        var list = EndpointList.Read(text, Origin);
        Assert.Equal(32, list.Count);
        var book = new EndpointBook();
        book.Take(list, Home);
        Assert.Equal(7, book.Others.Count()); // eight with the home
        book.Take(EndpointList.Read(text.Replace("203.0.113.", "198.51.100.", StringComparison.Ordinal), Origin), Home);
        Assert.Equal(8, book.Others.Count());
    }

    [Theory]
    [InlineData("203.0.113.1", "198.51.100.7", true)]
    [InlineData("203.0.113.1", "192.168.1.1", false)] // from the world into the client's home
    [InlineData("203.0.113.1", "100.64.0.1", false)]
    [InlineData("203.0.113.1", "127.0.0.1", false)]
    [InlineData("203.0.113.1", "::1", false)]
    [InlineData("203.0.113.1", "::ffff:10.0.0.1", false)]
    [InlineData("203.0.113.1", "169.254.169.254", false)] // where clouds keep their keys
    [InlineData("203.0.113.1", "fe80::1", false)]
    [InlineData("203.0.113.1", "fd00::1", false)]
    [InlineData("203.0.113.1", "0.0.0.0", false)]
    [InlineData("203.0.113.1", "224.0.0.1", false)]
    [InlineData("203.0.113.1", "255.255.255.255", false)]
    [InlineData("203.0.113.1", "2001:db8::1", true)]
    [InlineData("192.168.1.1", "10.0.0.1", true)]
    [InlineData("192.168.1.1", "203.0.113.1", true)]
    [InlineData("192.168.1.1", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.2", true)]
    [InlineData("127.0.0.1", "203.0.113.1", false)]
    [InlineData("169.254.1.1", "169.254.1.2", true)]
    [InlineData("169.254.1.1", "127.0.0.1", false)]
    public void A_server_may_send_to_its_own_kind_of_network_or_out_of_a_private_one(string home, string other, bool may) =>
        Assert.Equal(may, AddressScopes.MaySendTo(IPAddress.Parse(home), IPAddress.Parse(other)));

    [Fact]
    public void The_active_one_comes_first_then_the_order_of_the_priorities()
    {
        var book = Book(("203.0.113.1", "eth0", 10, EndpointState.Up), ("203.0.113.3", "wwan0", 30, EndpointState.Active), ("203.0.113.2", "wlan0", 20, EndpointState.Up));
        Assert.Equal(["203.0.113.3", "203.0.113.2"], book.Others.Select(a => a.ToString()));
        Assert.True(book.RankOf(IPAddress.Parse("203.0.113.3")) < book.RankOf(null));
        Assert.True(book.IsVouchedFor(IPAddress.Parse("203.0.113.3")));
        Assert.False(book.IsVouchedFor(null));
    }

    [Fact]
    public void A_home_that_the_server_does_not_speak_of_stays_the_first()
    {
        var book = Book(("203.0.113.2", "eth0", 10, EndpointState.Active));
        Assert.True(book.IsHomeUp);
        Assert.Equal(0, book.RankOf(null));
        Assert.Equal(1, book.RankOf(IPAddress.Parse("203.0.113.2")));
    }

    [Fact]
    public void What_is_down_has_no_address_and_returns_with_it()
    {
        var book = Book(("203.0.113.1", "eth0", 10, EndpointState.Active), ("203.0.113.2", "wlan0", 20, EndpointState.Up));
        Assert.True(book.Take([Down("eth0"), Up("203.0.113.2", "wlan0", 20, EndpointState.Active)], Home));
        Assert.False(book.IsHomeUp);
        Assert.False(book.Take([Down("eth0"), Up("203.0.113.2", "wlan0", 20, EndpointState.Active)], Home)); // nothing new
        Assert.True(book.Take([Up("203.0.113.1", "eth0", 10, EndpointState.Active), Up("203.0.113.2", "wlan0", 20, EndpointState.Up)], Home));
        Assert.True(book.IsHomeUp && book.IsVouchedFor(null));
    }

    [Fact]
    public void What_was_refused_is_not_taken_again_and_what_was_forgotten_is()
    {
        var book = Book(("203.0.113.2", "wlan0", 20, EndpointState.Up));
        book.Refuse(IPAddress.Parse("203.0.113.2"));
        book.Take([Up("203.0.113.2", "wlan0", 20, EndpointState.Up)], Home);
        Assert.Empty(book.Others);
        book.Take([Up("203.0.113.3", "wwan0", 30, EndpointState.Up)], Home);
        book.Forget();
        Assert.Empty(book.Others);
        Assert.True(book.Take([Up("203.0.113.3", "wwan0", 30, EndpointState.Up)], Home));
    }

    private static EndpointBook Book(params (string Address, string Interface, int Priority, EndpointState State)[] list)
    {
        var book = new EndpointBook();
        Assert.True(book.Take([.. list.Select(e => Up(e.Address, e.Interface, e.Priority, e.State))], Home));
        return book;
    }

    private static AnnouncedEndpoint Up(string address, string name, int priority, EndpointState state) => new(IPAddress.Parse(address), name, priority, state);

    private static AnnouncedEndpoint Down(string name) => new(null, name, 10, EndpointState.Down);
}
