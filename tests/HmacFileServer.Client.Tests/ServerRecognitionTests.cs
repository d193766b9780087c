using System.Text;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Protocols;

namespace HmacFileServer.Client.Tests;

/// <summary>Who answers in the server's place is not taken for it.</summary>
public sealed class ServerRecognitionTests
{
    private const string Ours = "204 No Content\r\nServer: hmac-file-server";
    private const string Nameless = "204 No Content";
    private const string Other = "204 No Content\r\nServer: portal";

    [Fact]
    public async Task Before_a_name_was_seen_the_status_must_do() => Assert.True(await IsOurs(new ServerRecognition(false), Nameless));

    [Theory]
    [InlineData(Nameless)]
    [InlineData(Other)]
    public async Task Once_a_name_was_seen_an_answer_without_it_is_a_strangers(string answer)
    {
        var recognition = new ServerRecognition(isTls: false);
        Assert.True(await IsOurs(recognition, Ours));
        Assert.True(recognition.KnowsName);
        Assert.False(await IsOurs(recognition, answer));
        Assert.True(await IsOurs(recognition, Ours));
    }

    [Fact]
    public async Task Over_tls_the_certificate_has_said_who_it_is()
    {
        var recognition = new ServerRecognition(isTls: true);
        Assert.True(await IsOurs(recognition, Ours));
        Assert.True(await IsOurs(recognition, Nameless));
    }

    [Fact]
    public async Task An_answer_with_the_wrong_status_is_none_of_ours_whatever_its_name() =>
        Assert.False(new ServerRecognition(false).IsOurs(await Answer("200 OK\r\nServer: hmac-file-server"), isAlive: false));

    [Theory]
    [InlineData("302 Found", true)]
    [InlineData("307 Temporary Redirect", true)]
    [InlineData("511 Network Authentication Required", true)]
    [InlineData("200 OK", false)]
    [InlineData("404 Not Found", false)]
    [InlineData("503 Service Unavailable", false)]
    public async Task A_redirection_or_a_demand_to_sign_in_is_a_portals(string status, bool isPortal) =>
        Assert.Equal(isPortal, new ServerRecognition(false).IsPortal(await Answer(status), paths: 2));

    [Fact]
    public async Task Neither_over_tls_nor_without_another_path_is_it_left()
    {
        Assert.False(new ServerRecognition(true).IsPortal(await Answer("302 Found"), paths: 2));
        Assert.False(new ServerRecognition(false).IsPortal(await Answer("302 Found"), paths: 1));
    }

    [Fact]
    public async Task A_server_that_redirects_again_and_again_is_believed_in_the_end()
    {
        var recognition = new ServerRecognition(false);
        for (var i = 0; i < 5; i++)
            Assert.True(recognition.IsPortal(await Answer("302 Found"), paths: 2));
        Assert.False(recognition.IsPortal(await Answer("302 Found"), paths: 2));
    }

    private static async Task<bool> IsOurs(ServerRecognition recognition, string text) => await Answer(text) is var answer && recognition.IsOurs(answer, answer.Status == 204);

    private static async Task<ResponseHead> Answer(string text) =>
        (await new ResponseReader(new MemoryStream(Encoding.ASCII.GetBytes($"HTTP/1.1 {text}\r\n\r\n"))).ReadAsync(() => true, CancellationToken.None))!;
}
