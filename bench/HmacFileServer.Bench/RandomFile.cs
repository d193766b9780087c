namespace HmacFileServer.Bench;

/// <summary>A file of bytes that no compression and no deduplication helps with, the same on every machine.</summary>
internal static class RandomFile
{
    public static void Write(string path, long length, int seed)
    {
        var random = new Random(seed);
        var buffer = new byte[1 << 20];
        using var file = File.Create(path, bufferSize: 0);
        for (var left = length; left > 0; left -= buffer.Length)
        {
            random.NextBytes(buffer);
            file.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
        }
    }
}
