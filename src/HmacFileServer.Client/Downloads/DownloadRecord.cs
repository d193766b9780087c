namespace HmacFileServer.Client.Downloads;

/// <summary>What of a file is there already. The URL is not in it: it may be a secret, and whoever goes on has it.</summary>
/// <param name="Length">The file's length in bytes.</param>
/// <param name="ETag">The file's strong validator: with another one it is another file.</param>
/// <param name="Received">The bytes in the part file, as `0-99, 200-299`.</param>
internal sealed record DownloadRecord(long Length, string ETag, string Received);
