using System.Net;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>What a client needs to log in to a server under test, and to find its upload service.</summary>
/// <param name="Jid">The bare JID.</param>
/// <param name="Password">Its password.</param>
/// <param name="Server">Where the server listens for clients.</param>
/// <param name="CertificateFile">The certificate to trust, PEM.</param>
/// <param name="UploadService">The JID of the XEP-0363 service.</param>
internal sealed record XmppAccount(string Jid, string Password, IPEndPoint Server, string CertificateFile, string UploadService);

/// <summary>A slot as an XMPP client sees it.</summary>
/// <param name="Put">Where to send the file, signature included.</param>
/// <param name="Get">Where everyone finds it afterwards.</param>
/// <param name="Headers">Headers that the PUT must carry.</param>
internal sealed record XmppSlot(string Put, string Get, IReadOnlyDictionary<string, string> Headers);
