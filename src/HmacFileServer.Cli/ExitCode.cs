using HmacFileServer.Client;

namespace HmacFileServer.Cli;

/// <summary>What the shell is told at the end.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Refused = 3;

    /// <summary>128 + SIGINT, as shells expect of a program that was interrupted.</summary>
    public const int Interrupted = 130;

    public static int Of(UploadFailure reason) => reason switch
    {
        UploadFailure.Usage => Usage,
        UploadFailure.Refused => Refused,
        _ => Failed,
    };
}
