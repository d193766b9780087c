using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>The names in the staging folder: an upload's id and what of it this is.</summary>
internal static class StagingNames
{
    public const string DataEnding = ".part";
    public const string JournalEnding = ".journal";
    public const string IntentEnding = ".publish";

    /// <summary>Follows the name of a file that is about to be replaced by this one.</summary>
    public const string Replacement = ".new";

    public static string Data(UploadId id) => id + DataEnding;

    public static string Journal(UploadId id) => id + JournalEnding;

    public static string Intent(UploadId id) => id + IntentEnding;

    /// <summary>The upload of a name with this ending; false for every other name.</summary>
    public static bool TryParse(string name, string ending, out UploadId id)
    {
        id = default;
        return name.EndsWith(ending, StringComparison.Ordinal) && UploadId.TryParse(name[..^ending.Length], out id);
    }
}
