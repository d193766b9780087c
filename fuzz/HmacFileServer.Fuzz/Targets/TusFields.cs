using HmacFileServer.Server.Tus;
using HmacFileServer.Server.Uploads;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>`Upload-Metadata` and `Upload-Concat` of tus.</summary>
internal static class TusFields
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    public static FuzzTarget CreateMetadata() => new(
        "upload-metadata",
        Bytes("filename d29ybGQ=", "filename d29ybGQ=,filetype dGV4dC9wbGFpbg==,is_confidential", "a ,b", "name w6k=", "x \u00e9", "a YQ==,a Yg=="),
        [",", " ", "=", "==", "filename", "filetype", "name", "d29ybGQ=", "/w==", "\t", "\0", "\u00e9", "-", "_"],
        input =>
        {
            if (!UploadMetadata.TryParse(Text(input), out var values))
                return false;
            _ = UploadMetadata.Text(values, "filename");
            _ = UploadMetadata.Text(values, "filetype");
            var written = string.Join(',', values.Select(v => v.Value.Length == 0 ? v.Key : $"{v.Key} {Convert.ToBase64String(v.Value)}"));
            if (written.Length > UploadMetadata.MaxLength)
                return true;
            Check(written.Length == 0 || UploadMetadata.TryParse(written, out var again) && Same(values, again), $"written as '{written}' and read differently");
            return true;
        });

    public static FuzzTarget CreateConcatenation() => new(
        "upload-concat",
        Bytes("partial", $"final;/uploads/{Id}", $"final;/uploads/{Id} /uploads/{Id[16..]}{Id[..16]}", $"final;https://example.org/uploads/{Id}", "final;", "final"),
        ["partial", "final", ";", " ", "/", "/uploads/", Id, "http://", "..", "\0", "\t", ","],
        input =>
        {
            if (!Concatenation.TryParse(Text(input), out var said))
                return false;
            Check(said.IsPartial != said.IsFinal, "neither a part nor made of parts");
            if (said.IsPartial)
                return true;
            var written = "final;" + string.Join(' ', said.Parts.Select(p => $"/uploads/{p}"));
            Check(Concatenation.TryParse(written, out var again) && again.Parts.SequenceEqual(said.Parts), $"'{written}' is read differently");
            return true;
        });

    private static bool Same(Dictionary<string, byte[]> one, Dictionary<string, byte[]> other) =>
        one.Count == other.Count && one.All(v => other.TryGetValue(v.Key, out var bytes) && bytes.AsSpan().SequenceEqual(v.Value));
}
