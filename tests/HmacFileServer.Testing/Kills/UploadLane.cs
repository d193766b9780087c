namespace HmacFileServer.Testing.Kills;

/// <summary>One client that uploads without end, one file after the other, over all the rounds. One thread at a time.</summary>
/// <param name="seed">Of its choices.</param>
/// <param name="server">Signs its slots.</param>
/// <param name="contents">What others sent, so that some files are equal; locked.</param>
internal sealed class UploadLane(int seed, KilledServer server, List<byte[]> contents)
{
    private const int MostContents = 16;

    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>What is under way: one upload, or one that is made of parts with its parts.</summary>
    public List<SentUpload> Open { get; } = [];

    /// <summary>What is over and not looked at again yet.</summary>
    public List<SentUpload> Over { get; } = [];

    /// <summary>Sends until the server is gone.</summary>
    public async Task RunAsync(WireClient client, List<IDisposable> left, Dictionary<string, int> answers)
    {
        try
        {
            while (true)
                await StepAsync(client, left, answers, begins: true);
        }
        catch (ServerGoneException)
        {
            // that is what was waited for
        }
    }

    /// <summary>Sends until all that was begun is over.</summary>
    public async Task EndAsync(WireClient client, List<IDisposable> left, Dictionary<string, int> answers)
    {
        while (Open.Count > 0)
            await StepAsync(client, left, answers, begins: false);
    }

    /// <summary>Takes out what is over.</summary>
    public void Tidy()
    {
        foreach (var upload in Open.Where(u => u is { IsOver: true, IsPart: false }).ToList())
        {
            Over.Add(upload);
            Open.Remove(upload);
            Open.RemoveAll(upload.Parts.Contains);
        }
    }

    private async Task StepAsync(WireClient client, List<IDisposable> left, Dictionary<string, int> answers, bool begins)
    {
        Tidy();
        if (Open.Count == 0 && begins)
            Begin();
        var ready = Open.Where(u => !u.IsOver && u.Parts.All(p => p.Resource is not null)).ToList();
        if (ready.Count > 0)
            await new UploadSender(client, ready[_random.Next(ready.Count)], _random, left, answers).StepAsync();
    }

    private void Begin()
    {
        var content = Content();
        if (_random.Next(10) == 0 && content.Length >= 6) // so that none of three parts is empty
        {
            var cuts = new[] { 0, content.Length / 3, content.Length / 2, content.Length };
            var parts = Enumerable.Range(0, 3).Select(i => new SentUpload(++_count, content[cuts[i]..cuts[i + 1]]) { IsPart = true }).ToList();
            Open.AddRange(parts);
            Open.Add(new SentUpload(++_count, content) { Parts = parts });
            return;
        }
        var slot = _random.Next(3) == 0 ? null : server.Slot($"{seed:x8}-{++_count}", "f\u00e9 1.bin", content.Length);
        Open.Add(new SentUpload(++_count, content) { Slot = slot });
    }

    private byte[] Content()
    {
        lock (contents)
        {
            if (contents.Count > 0 && _random.Next(4) == 0)
                return contents[_random.Next(contents.Count)];
            var content = new byte[(int)Math.Pow(2, _random.NextDouble() * 20)]; // to 1 MB, small ones as often as large ones
            _random.NextBytes(content);
            if (contents.Count == MostContents)
                contents.RemoveAt(0);
            contents.Add(content);
            return content;
        }
    }
}
