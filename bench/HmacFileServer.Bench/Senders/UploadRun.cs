namespace HmacFileServer.Bench.Senders;

/// <summary>How one upload went.</summary>
/// <param name="Seconds">From before the connection to the end of the response.</param>
/// <param name="Status">The final HTTP status.</param>
internal readonly record struct UploadRun(double Seconds, int Status);
