namespace Rackboot.Talos.Http2;

/// <summary>Reads one header block (RFC 7541 §6), which also changes the table.</summary>
/// <param name="table">The fields that the sender of the block sent before on this connection.</param>
/// <param name="room">For decoded strings of one field.</param>
internal ref struct HeaderReader(HeaderTable table, ReadOnlySpan<byte> block, Span<byte> room)
{
    private const int MostInteger = 1 << 20;

    private readonly Span<byte> _room = room;
    private ReadOnlySpan<byte> _rest = block;
    private bool _began;

    /// <summary>The block is invalid; the connection cannot go on (RFC 9113 §4.3).</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The next field. Its spans are valid until the next call.</summary>
    /// <returns>False at the end, and when the block is invalid.</returns>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        while (_rest is [var resize, ..] && (resize & 0b1110_0000) == 0b0010_0000)
            if (_began || !TryInteger(5, out var most) || !table.TryResize(most)) // §4.2: only at the beginning of a block
                return Break();
        _began = true;
        if (_rest is not [var first, ..])
            return false;
        if ((first & 0b1000_0000) != 0)
            return TryIndexed(out name, out value);
        var keeps = (first & 0b0100_0000) != 0;
        if (!TryLiteral(keeps ? 6 : 4, out name, out value))
            return false;
        if (keeps)
            table.Add(name, value);
        return true;
    }

    private bool TryIndexed(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        return TryInteger(7, out var number) && (table.TryFind(number, out name, out value) || Break());
    }

    private bool TryLiteral(int bits, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (!TryInteger(bits, out var number))
            return false;
        var used = 0;
        if (number > 0)
        {
            if (!table.TryFind(number, out name, out _))
                return Break();
        }
        else if (!TryString(_room, out name, out used))
        {
            return false;
        }

        return TryString(_room[used..], out value, out _);
    }

    // §5.2
    private bool TryString(Span<byte> room, out ReadOnlySpan<byte> text, out int used)
    {
        text = default;
        used = 0;
        if (_rest.IsEmpty)
            return Break();
        var isCoded = (_rest[0] & 0x80) != 0;
        if (!TryInteger(7, out var length) || length > _rest.Length)
            return Break();
        text = _rest[..length];
        if (isCoded)
        {
            if (HuffmanCode.Decode(text, room) is not { } decoded)
                return Break();
            text = room[..decoded];
            used = decoded;
        }

        _rest = _rest[length..];
        return true;
    }

    // §5.1
    private bool TryInteger(int bits, out int value)
    {
        var most = (1 << bits) - 1;
        value = _rest[0] & most;
        var used = 1;
        if (value == most)
            for (var shift = 0; ; shift += 7)
            {
                if (used == _rest.Length || shift > 21)
                    return Break();
                var next = _rest[used++];
                value += (next & 0x7F) << shift;
                if (value > MostInteger)
                    return Break();
                if ((next & 0x80) == 0)
                    break;
            }

        _rest = _rest[used..];
        return true;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
