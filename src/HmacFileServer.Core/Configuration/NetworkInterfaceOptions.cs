using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>How one kind of network is used: a table of `[network_interfaces]`.</summary>
public sealed record NetworkInterfaceOptions : ICheckedSection
{
    private readonly int _minBufferSize = (int)(128 * ByteSize.KB);

    /// <summary>In bytes. Round-trip time and stability move the buffer between <see cref="MinBufferSize"/> and this.</summary>
    [SizeOption("Largest buffer for this kind of network.", Min = "4KB", Max = "64MB")]
    public int BufferSize { get; init; } = (int)(256 * ByteSize.KB);

    /// <summary>In bytes. A lower <see cref="BufferSize"/> takes the default with it.</summary>
    [SizeOption("Smallest buffer for this kind of network.", Min = "4KB", Max = "64MB")]
    public int MinBufferSize
    {
        get => Math.Min(_minBufferSize, BufferSize);
        init => _minBufferSize = value;
    }

    /// <summary>In bytes.</summary>
    [SizeOption("Largest piece of a file that is sent in one request.", Min = "64KB", Max = "1GB")]
    public int ChunkSize { get; init; } = (int)(2 * ByteSize.MB);

    [NumberOption("Factor for every timeout on this kind of network.", Min = 0.1, Max = 100)]
    public double TimeoutMultiplier { get; init; } = 1.0;

    [IntegerOption("Order of preference: the lower number is preferred.", Min = 0, Max = 1000)]
    public int Priority { get; init; } = 50;

    IEnumerable<SectionProblem> ICheckedSection.Check(Func<string, bool> isSet)
    {
        if (_minBufferSize > BufferSize && isSet(nameof(MinBufferSize)))
        {
            yield return new SectionProblem(nameof(MinBufferSize),
                $"{ByteSize.Format(_minBufferSize)} is more than buffer_size ({ByteSize.Format(BufferSize)}): lower it, or raise buffer_size.");
        }
    }
}
