using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HmacFileServer.Lab.Relay;

/// <summary>What stands before each frame in a <see cref="FrameQueue"/>. Instants are monotonic nanoseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FrameRecord
{
    /// <summary>When its last bit has left the transmitter.</summary>
    public long Serialised;

    /// <summary>When its last bit arrives at the far end.</summary>
    public long Due;

    /// <summary>Bytes, Ethernet header included; 0 marks the unused end of the ring.</summary>
    public int Length;

    private readonly int _padding;
}

/// <summary>
/// The frames on their way in one direction of a link, first in first out, in a ring of native memory that grows only when the
/// link is given a longer delay or queue. Used by one thread.
/// </summary>
internal sealed unsafe class FrameQueue(int capacity) : IDisposable
{
    private byte* _memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
    private int _capacity = capacity;
    private int _head;
    private int _tail;
    private int _used;

    /// <summary>Frames held.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory that a frame of a length takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Footprint(int length) => sizeof(FrameRecord) + ((length + 7) & ~7);

    /// <summary>Appends a frame, or returns false if there is no room.</summary>
    public bool TryEnqueue(byte* frame, int length, long serialised, long due)
    {
        var needed = Footprint(length);
        var untilEnd = _capacity - _tail;
        var skipped = needed + sizeof(FrameRecord) > untilEnd ? untilEnd : 0; // the end always has room for a mark
        if (_used + skipped + needed + sizeof(FrameRecord) > _capacity)
            return false;
        if (skipped != 0)
        {
            ((FrameRecord*)(_memory + _tail))->Length = 0;
            _used += skipped;
            _tail = 0;
        }
        var record = (FrameRecord*)(_memory + _tail);
        record->Serialised = serialised;
        record->Due = due;
        record->Length = length;
        Unsafe.CopyBlockUnaligned(record + 1, frame, (uint)length);
        _tail += needed;
        _used += needed;
        Count++;
        return true;
    }

    /// <summary>The oldest frame, or null. Its bytes follow the record and stay where they are until frames are appended.</summary>
    public FrameRecord* Peek()
    {
        if (Count == 0)
            return null;
        var before = _head;
        var record = At(ref _head);
        if (_head < before)
            _used -= _capacity - before; // the unused end was passed
        return record;
    }

    /// <summary>Forgets the oldest frame.</summary>
    public void Dequeue()
    {
        var footprint = Footprint(Peek()->Length);
        _head += footprint;
        _used -= footprint;
        if (--Count == 0)
            Clear(); // starts again at the front, whose memory is warm
    }

    public void Clear() => _head = _tail = _used = Count = 0;

    /// <summary>Visits every frame from the oldest to the newest.</summary>
    public void ForEach(Visitor visit)
    {
        var at = _head;
        for (var i = 0; i < Count; i++)
        {
            var record = At(ref at);
            visit(record);
            at += Footprint(record->Length);
        }
    }

    /// <summary>Makes room for at least so many bytes, keeping what is held.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= _capacity)
            return;
        var old = _memory;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
        var target = 0;
        var at = _head;
        for (var i = 0; i < Count; i++)
        {
            var record = At(ref at, old);
            var footprint = Footprint(record->Length);
            Unsafe.CopyBlock(_memory + target, record, (uint)footprint);
            target += footprint;
            at += footprint;
        }
        NativeMemory.AlignedFree(old);
        (_capacity, _head, _tail, _used) = (capacity, 0, target, target);
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    internal delegate void Visitor(FrameRecord* record);

    private FrameRecord* At(ref int position) => At(ref position, _memory);

    private static FrameRecord* At(ref int position, byte* memory)
    {
        var record = (FrameRecord*)(memory + position);
        if (record->Length != 0)
            return record;
        position = 0;
        return (FrameRecord*)memory;
    }
}
