using System.Net;

namespace HmacFileServer.Bench.Senders;

/// <summary>One request whose body is a file.</summary>
/// <param name="Server">Where to.</param>
/// <param name="Method">PUT or PATCH.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">What the protocol needs besides Host and Content-Length.</param>
/// <param name="File">The body.</param>
internal sealed record UploadRequest(IPEndPoint Server, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string File);
