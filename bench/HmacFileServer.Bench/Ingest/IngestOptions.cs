namespace HmacFileServer.Bench.Ingest;

/// <summary>What to measure.</summary>
/// <param name="Runs">Runs of each server with each client; 1 or more.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Folder">Where the servers keep their files; null for a temporary folder of the repository's file system.</param>
internal sealed record IngestOptions(int Runs, long Bytes, string? Folder);
