using System.Buffers.Binary;

namespace Rackboot.Dhcp;

/// <summary>A lease in as few bytes as it takes, some 50, its words created on demand: there may be a million. Never
/// changes.</summary>
internal readonly struct PackedLease
{
    // Address, state, since and expires; then the hardware address, the client identifier, the holder, the host name and the subnet.
    private const int StateAt = 4;
    private const int SinceAt = 5;
    private const int ExpiresAt = 13;
    private const int WordsAt = 21;
    private const int WordHead = 1 + sizeof(int); // the form of a word, and at most so many bytes for its length

    private static readonly SharedTexts Subnets = new();

    private readonly byte[] _bytes;

    private PackedLease(byte[] bytes) => _bytes = bytes;

    /// <summary>There is no lease: what <c>default</c> is.</summary>
    public bool IsNone => _bytes is null;

    /// <summary>How many bytes it is.</summary>
    public int Size => _bytes.Length;

    /// <summary>The address as a number.</summary>
    public uint Address => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    public LeaseState State => (LeaseState)_bytes[StateAt];
    public DateTimeOffset Expires => Time(ExpiresAt);
    public PackedWord Holder => Read().Holder;
    public PackedWord HardwareAddress => Read().Hardware;
    public ReadOnlySpan<byte> ClientIdentifier => Read().Client;

    public static PackedLease Of(Lease lease)
    {
        var client = lease.ClientIdentifier.Span;
        var most = WordsAt + 5 * WordHead + client.Length
            + sizeof(char) * (lease.HardwareAddress.Length + lease.Holder.Length + (lease.HostName?.Length ?? 0));
        var bytes = most <= 1024 ? stackalloc byte[most] : new byte[most];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, DhcpMessage.ToNumber(lease.Address));
        bytes[StateAt] = (byte)lease.State;
        BinaryPrimitives.WriteInt64BigEndian(bytes[SinceAt..], lease.Since.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[ExpiresAt..], lease.Expires.UtcTicks);
        var at = WordsAt;
        Write(bytes, ref at, lease.HardwareAddress, PackedWord.FormOf(lease.HardwareAddress));
        var hardware = ReadWord(bytes, WordsAt, out _);
        WriteNumber(bytes, ref at, client.Length);
        client.CopyTo(bytes[at..]);
        at += client.Length;
        Write(bytes, ref at, lease.Holder, PackedWord.FormOfHolder(lease.Holder, hardware, client));
        if (lease.HostName is { } name)
            Write(bytes, ref at, name, PackedWord.FormOf(name));
        else
            bytes[at++] = (byte)PackedWord.Form.None;
        WriteNumber(bytes, ref at, Subnets.NumberOf(lease.Subnet));
        return new PackedLease(bytes[..at].ToArray());
    }

    public Lease Unpack()
    {
        var words = Read();
        return new Lease
        {
            Address = DhcpMessage.ToAddress(Address),
            State = State,
            Holder = words.Holder.ToString(),
            HardwareAddress = words.Hardware.ToString(),
            ClientIdentifier = words.Client.ToArray(),
            HostName = words.HostName.IsNone ? null : words.HostName.ToString(),
            Subnet = Subnets[words.Subnet],
            Since = Time(SinceAt),
            Expires = Expires,
        };
    }

    /// <summary>The same with times that are <paramref name="by"/> later.</summary>
    public PackedLease Moved(TimeSpan by)
    {
        var bytes = _bytes.ToArray();
        foreach (var at in (ReadOnlySpan<int>)[SinceAt, ExpiresAt])
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), Moved(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at)), by));
        return new PackedLease(bytes);
    }

    /// <summary>A time in ticks, <paramref name="by"/> later; never (0) stays never.</summary>
    public static long Moved(long ticks, TimeSpan by) => ticks == 0 ? 0 : Math.Clamp(ticks + by.Ticks, 1, DateTimeOffset.MaxValue.Ticks);

    private DateTimeOffset Time(int at) => new(BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(at)), TimeSpan.Zero);

    private Words Read()
    {
        var words = new Words { Hardware = ReadWord(_bytes, WordsAt, out var at) };
        var length = ReadNumber(_bytes, ref at);
        words.Client = _bytes.AsSpan(at, length);
        at += length;
        words.Holder = ReadWord(_bytes, at, out at) switch
        {
            { IsMac: true } => new PackedWord(PackedWord.Form.Mac, words.Hardware.Bytes),
            { IsId: true } => new PackedWord(PackedWord.Form.Id, words.Client),
            var other => other,
        };
        words.HostName = ReadWord(_bytes, at, out at);
        words.Subnet = ReadNumber(_bytes, ref at);
        return words;
    }

    private static PackedWord ReadWord(ReadOnlySpan<byte> bytes, int at, out int end)
    {
        var form = (PackedWord.Form)bytes[at++];
        var length = form is PackedWord.Form.None or PackedWord.Form.Mac or PackedWord.Form.Id ? 0 : ReadNumber(bytes, ref at);
        end = at + length;
        return new PackedWord(form, bytes.Slice(at, length));
    }

    private static void Write(Span<byte> bytes, ref int at, string text, PackedWord.Form form)
    {
        bytes[at++] = (byte)form;
        if (form is PackedWord.Form.Mac or PackedWord.Form.Id)
            return; // it is there already
        WriteNumber(bytes, ref at, form switch
        {
            PackedWord.Form.Colons => (text.Length + 1) / 3,
            PackedWord.Form.Wide => sizeof(char) * text.Length,
            _ => text.Length,
        });
        at += PackedWord.Write(text, form, bytes[at..]);
    }

    // Seven bits a byte, the lowest first; the highest bit says that more follow.
    private static void WriteNumber(Span<byte> bytes, ref int at, int number)
    {
        for (; number > 0x7f; number >>= 7)
            bytes[at++] = (byte)(number | 0x80);
        bytes[at++] = (byte)number;
    }

    private static int ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (number, shift) = (0, 0);
        for (; bytes[at] > 0x7f; shift += 7)
            number |= (bytes[at++] & 0x7f) << shift;
        return number | bytes[at++] << shift;
    }

    private ref struct Words
    {
        public PackedWord Hardware;
        public ReadOnlySpan<byte> Client;
        public PackedWord Holder;
        public PackedWord HostName;
        public int Subnet; // its number
    }
}
