using System.Globalization;
using System.Security.Cryptography;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Kills;

/// <summary>
/// Brings one upload forward by one protocol after the other, and notes what the server acknowledges. Not for several threads; each
/// upload of a round has its own.
/// </summary>
/// <param name="client">To the server of this round.</param>
/// <param name="upload">What is sent.</param>
/// <param name="random">Chooses protocol and pieces.</param>
/// <param name="left">Takes requests that were left in the middle, to be ended with the round; locked.</param>
/// <param name="answers">Counts requests answered, by kind; locked.</param>
internal sealed class UploadSender(WireClient client, SentUpload upload, Random random, List<IDisposable> left, Dictionary<string, int> answers)
{
    /// <summary>How often a protocol may be told of a truth that has moved on meanwhile before that is no accident any more.</summary>
    private const int MostMismatches = 8;

    private const string TusType = "Content-Type: application/offset+octet-stream";

    /// <summary>One step. ServerGoneException when the server ends; KillFailureException when it answers what it must not.</summary>
    public async Task StepAsync()
    {
        if (upload.Parts.Count > 0)
            await JoinAsync();
        else if (upload is { Resource: not null, IsPart: false } && random.Next(40) == 0)
            await CancelAsync();
        else if (upload.Slot is null && upload.Resource is null)
            await CreateAsync("/files/");
        else if (upload.Slot is not null && random.Next(3) == 0)
            await PutAsync();
        else if (random.Next(3) == 0)
            await SegmentsAsync();
        else if (upload.Resource is null || (upload.Slot is not null && random.Next(8) == 0))
            await CreateAsync(upload.Slot!);
        else if (random.Next(2) == 0)
            await TusAppendAsync();
        else
            await ResumableAppendAsync();
    }

    /// <summary>What the server says of it now: an answer with `Upload-Received`, one that says complete, or 404.</summary>
    public async Task<WireAnswer> AskAsync()
    {
        var answer = upload.Resource is { } resource
            ? await SendAsync("ask", $"HEAD {resource} HTTP/1.1")
            : await SendAsync("ask", $"HEAD {upload.Slot} HTTP/1.1\nUpload-Length: {Text(upload.Length)}");
        if (answer.Status is not (200 or 404 or 410))
            throw Wrong(answer);
        foreach (var run in answer.Received.Runs)
            upload.Acknowledged.Add(run);
        if (answer.IsComplete)
            upload.Finish(answer["Location"]);
        return answer;
    }

    private async Task PutAsync()
    {
        if (await LeaveAsync($"PUT {upload.Slot} HTTP/1.1", upload.Whole))
            return;
        var answer = await SendAsync("put", $"PUT {upload.Slot} HTTP/1.1", upload.Content);
        if (answer.Status == 201)
            upload.Finish(null);
        else
            await UnlessCompleteAsync(answer);
    }

    private async Task SegmentsAsync()
    {
        var held = await AskAsync();
        if (upload.IsOver)
            return;
        if (held.Status != 200)
            throw Wrong(held);
        if (upload.Resource is not null && held.Number("Upload-Length") is null)
        {
            await ResumableAppendAsync(); // a segment needs a total
            return;
        }
        var pieces = held.Received.Missing(upload.Whole).SelectMany(Cut).Take(random.Next(1, 5)).ToList();
        if (pieces.Count > 0 && random.Next(4) == 0)
            pieces.Add(pieces[0]); // the same bytes twice: the newer request takes over
        var address = upload.Slot is null || (upload.Resource is not null && random.Next(2) == 0) ? upload.Resource! : upload.Slot;
        var answers = await Task.WhenAll(pieces.Select(p => client.SendAsync(
            $"PUT {address} HTTP/1.1\nContent-Range: bytes {p}/{Text(upload.Length)}", upload.Bytes(p))));
        foreach (var (piece, answer) in pieces.Zip(answers))
        {
            Count("segment", answer);
            if (answer is { Status: 201 })
                upload.Finish(answer["Location"]);
            else if (answer is { Status: 204 })
                upload.Acknowledged.Add(piece);
        }
        // A segment that was taken over has no answer, with the server alive: then all of it is asked for again.
        foreach (var answer in answers.OfType<WireAnswer>().Where(a => a.Status is not (201 or 204)))
            await UnlessCompleteAsync(answer);
    }

    private IEnumerable<ByteRange> Cut(ByteRange hole)
    {
        for (var start = hole.Start; start < hole.End;)
        {
            var end = Math.Min(hole.End, start + random.Next(1, Math.Max(2, upload.Length / 2)));
            yield return new ByteRange(start, end);
            start = end;
        }
    }

    /// <summary>A new upload, or that of the slot if it has one, perhaps with the first bytes.</summary>
    private Task CreateAsync(string address) => upload.IsPart || random.Next(2) == 0 ? CreateTusAsync(address) : CreateResumableAsync(address);

    private async Task CreateTusAsync(string address)
    {
        var defers = upload.Slot is null && !upload.IsPart && random.Next(3) == 0;
        var begin = random.Next(2) == 0 ? default : upload.Bytes(new ByteRange(0, random.Next(1, upload.Length + 1)));
        var head = $"POST {address} HTTP/1.1\nTus-Resumable: 1.0.0\n{(defers ? "Upload-Defer-Length: 1" : $"Upload-Length: {Text(upload.Length)}")}"
            + (upload.IsPart ? "\nUpload-Concat: partial" : "")
            + (begin.IsEmpty ? "" : $"\n{TusType}");
        var answer = await SendAsync("tus create", head, begin);
        if (answer.Status != 201)
        {
            await UnlessCompleteAsync(answer);
            return;
        }
        upload.Resource = answer["Location"];
        Took(answer.Number("Upload-Offset") ?? 0);
        if (upload is { IsPart: false } && upload.Acknowledged.Count == upload.Length && !defers)
            upload.Finish(null);
    }

    private async Task CreateResumableAsync(string address)
    {
        var isWhole = random.Next(3) == 0;
        var begin = isWhole ? upload.Content : upload.Bytes(new ByteRange(0, random.Next(0, upload.Length)));
        var saysLength = upload.Slot is not null || random.Next(2) == 0;
        var head = $"POST {address} HTTP/1.1\nUpload-Draft-Interop-Version: {Version}\nUpload-Complete: {(isWhole ? "?1" : "?0")}"
            + (saysLength ? $"\nUpload-Length: {Text(upload.Length)}" : "");
        string? resource = null;
        var answer = await client.SendAsync(head, begin, interim => resource = interim["Location"] ?? resource);
        upload.Resource = resource ?? upload.Resource; // said in a 104: it must be there, whatever became of the rest
        Count("ietf create", answer);
        if (answer is null)
            throw new ServerGoneException();
        if (answer.Status != 201)
        {
            await UnlessCompleteAsync(answer);
        }
        else if (answer.IsComplete)
        {
            upload.Finish(isWhole ? answer["Location"] : null);
        }
        else
        {
            upload.Resource = answer["Location"];
            Took(answer.Number("Upload-Offset") ?? 0);
        }
    }

    private async Task TusAppendAsync()
    {
        for (var mismatches = 0; mismatches < MostMismatches; mismatches++)
        {
            var held = await SendAsync("tus head", $"HEAD {upload.Resource} HTTP/1.1\nTus-Resumable: 1.0.0");
            if (held.Status != 200)
                throw Wrong(held);
            var offset = held.Number("Upload-Offset") ?? throw Wrong(held);
            CheckOffset(held, offset);
            Took(offset);
            if (held["Content-Location"] is { } file)
            {
                upload.Finish(file);
                return;
            }
            var end = offset == upload.Length ? offset : random.Next((int)offset + 1, upload.Length + 1);
            var bytes = upload.Bytes(new ByteRange(offset, end));
            var head = $"PATCH {upload.Resource} HTTP/1.1\nTus-Resumable: 1.0.0\n{TusType}\nUpload-Offset: {Text(offset)}"
                + (held["Upload-Defer-Length"] is not null && end == upload.Length ? $"\nUpload-Length: {Text(upload.Length)}" : "")
                + (random.Next(4) == 0 ? $"\nUpload-Checksum: sha1 {Convert.ToBase64String(Sha1(bytes.Span))}" : "");
            if (await LeaveAsync(head, new ByteRange(offset, end)))
                continue;
            var answer = await SendAsync("tus patch", head, bytes);
            if (answer.Status == 204)
            {
                CheckOffset(answer, answer.Number("Upload-Offset") ?? -1);
                Took(answer.Number("Upload-Offset")!.Value);
                if (answer["Content-Location"] is { } location)
                    upload.Finish(location);
                return;
            }
            if (answer.Status != 409)
                throw Wrong(answer);
        }
        throw new KillFailureException(KillFailureKind.WrongAnswer, $"{upload}: its offset moved at every PATCH, and nobody else writes to it.");
    }

    private async Task ResumableAppendAsync()
    {
        for (var mismatches = 0; mismatches < MostMismatches; mismatches++)
        {
            var held = await SendAsync("ietf head", $"HEAD {upload.Resource} HTTP/1.1\nUpload-Draft-Interop-Version: {Version}");
            if (held.Status != 204)
                throw Wrong(held);
            var offset = held.Number("Upload-Offset") ?? throw Wrong(held);
            CheckOffset(held, offset);
            Took(offset);
            if (held.IsComplete)
            {
                upload.Finish(null);
                return;
            }
            var end = offset == upload.Length ? offset : random.Next((int)offset + 1, upload.Length + 1);
            var head = $"PATCH {upload.Resource} HTTP/1.1\nUpload-Draft-Interop-Version: {Version}\nContent-Type: application/partial-upload\nUpload-Offset: {Text(offset)}"
                + $"\nUpload-Complete: {(end == upload.Length ? "?1" : "?0")}";
            if (await LeaveAsync(head, new ByteRange(offset, end)))
                continue;
            var answer = await SendAsync("ietf patch", head, upload.Bytes(new ByteRange(offset, end)));
            if (answer is { Status: 201 or 200 or 204 })
            {
                if (answer.IsComplete)
                    upload.Finish(answer["Location"]);
                else
                    Took(answer.Number("Upload-Offset") ?? throw Wrong(answer));
                return;
            }
            if (answer.Status != 409)
                throw Wrong(answer);
        }
        throw new KillFailureException(KillFailureKind.WrongAnswer, $"{upload}: its offset moved at every PATCH, and nobody else writes to it.");
    }

    /// <summary>
    /// Made of parts: said once all are there, perhaps before they are whole, and again where the answer was lost; then asked for until it is a file.
    /// </summary>
    public async Task JoinAsync()
    {
        if (upload.Resource is null)
        {
            var final = $"final;{string.Join(' ', upload.Parts.Select(p => p.Resource))}";
            upload.IsJoinAsked = true;
            var created = await SendAsync("tus final", $"POST /files/ HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Concat: {final}");
            upload.Resource = created.Status == 201 ? created["Location"] : throw Wrong(created);
        }
        var answer = await SendAsync("tus head", $"HEAD {upload.Resource} HTTP/1.1\nTus-Resumable: 1.0.0");
        if (answer.Status != 200)
            throw Wrong(answer);
        if (answer["Content-Location"] is { } file)
            upload.Finish(file);
        else if (upload.Parts.All(p => p.IsOver))
            throw Wrong(answer); // asking puts it together
    }

    private async Task CancelAsync()
    {
        upload.IsCancelAsked = true;
        var answer = await SendAsync("cancel", $"DELETE {upload.Resource} HTTP/1.1\n{(random.Next(2) == 0 ? "Tus-Resumable: 1.0.0" : $"Upload-Draft-Interop-Version: {Version}")}");
        upload.IsCancelled = answer.Status == 204;
        if (!upload.IsCancelled)
            await UnlessCompleteAsync(answer);
    }

    /// <summary>Now and then a request stalls in the middle, as that of a phone that left: the next one takes over.</summary>
    private async Task<bool> LeaveAsync(string head, ByteRange range)
    {
        if (range.IsEmpty || random.Next(12) != 0)
            return false;
        var begin = upload.Bytes(range with { End = range.Start + random.NextInt64(range.Length) });
        var request = await client.LeaveAsync(head, begin, range.Length) ?? throw new ServerGoneException();
        upload.IsLeft = true;
        lock (left) left.Add(request);
        Count("left");
        return true;
    }

    /// <summary>A refusal is right where the file is there already, whoever finished it; nowhere else.</summary>
    private async Task UnlessCompleteAsync(WireAnswer refused)
    {
        await AskAsync();
        if (!upload.IsOver && !(upload.IsLeft && refused.Status == 409))
            throw Wrong(refused);
    }

    private void Took(long offset) => upload.Acknowledge(offset);

    private void CheckOffset(WireAnswer answer, long offset)
    {
        if (offset < upload.Acknowledged.ContiguousPrefix || offset > upload.Length)
            throw new KillFailureException(KillFailureKind.LostBytes, $"{upload}: {upload.Acknowledged} was acknowledged; {answer}", upload.Acknowledged.ContiguousPrefix - offset);
    }

    private async Task<WireAnswer> SendAsync(string kind, string head, ReadOnlyMemory<byte> body = default)
    {
        var answer = await client.SendAsync(head, body);
        Count(kind, answer);
        return answer ?? throw new ServerGoneException();
    }

    private void Count(string kind, WireAnswer? answer)
    {
        if (answer is not null)
            Count($"{kind} {Text(answer.Status)}");
    }

    private void Count(string kind)
    {
        lock (answers) answers[kind] = answers.GetValueOrDefault(kind) + 1;
    }

    private string Version => random.Next(2) == 0 ? "6" : "8";

    private KillFailureException Wrong(WireAnswer answer) => new(
        answer.Status is 404 or 410 && !upload.IsCancelAsked ? KillFailureKind.LostUpload : KillFailureKind.WrongAnswer,
        $"{upload}: acknowledged {upload.Acknowledged}; {answer}");

#pragma warning disable CA5350 // the algorithm that tus names
    private static byte[] Sha1(ReadOnlySpan<byte> bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
