using HmacFileServer.Core.Slots;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>The request target: what is accepted is safe as a path, and comes out the same when it is written and read again.</summary>
internal static class RequestTargets
{
    public static FuzzTarget Create()
    {
        var parser = new RequestTargetParser("/up");
        return new FuzzTarget(
            "request-target",
            Bytes(
                "/up/slot/file.bin?v=0123abcd", "/up/a/b%20c/d+e%2B.txt?v2=ff&x=y", "http://files.example:8080/up/a/%C3%A9?exp=1&sig=x", "/up/a/%252F", "/up/",
                "/up/x?token=%00", "/up/../etc/passwd", "/up/%2e%2e/x", "//up/a", "/up/a/b?"),
            ["/", "%2F", "%2f", "%5C", "%2e", "..", ".", "%00", "%", "%C3", "%A9", "%ff", "%ED%A0%80", "?", "&", "=", "#", "http://", ":", "@", "up", "+", "\\", ";", "\t", "\u202e"],
            input =>
            {
                var result = parser.Parse(input);
                Check(result.IsValid == (result.Fault == RequestTargetFault.None), "neither a target nor a fault");
                if (result.Target is not { } target)
                {
                    _ = Core.Uploads.UploadError.Of(result.Error);
                    return false;
                }
                foreach (var segment in target.Path.Segments)
                    Check(segment.Length > 0 && segment is not "." and not ".." && !segment.Contains('/') && !segment.Any(char.IsControl), $"unsafe segment '{segment}'");
                var again = parser.Parse("/up/" + SlotUrl.EncodePath(target.Path));
                Check(target.Path.Equals(again.Target?.Path), $"'{target.Path}' is read as '{again.Target?.Path}'");
                return true;
            });
    }
}
