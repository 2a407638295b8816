namespace Rackboot.Cli.Terminal;

/// <summary>Strips colours, cursor movements and other control sequences (ECMA-48 §5) from a console's log, so that reading an
/// old log cannot steer the terminal. Keeps its place between calls.</summary>
public sealed class PlainText
{
    private const byte Escape = 0x1B;

    private State _state;
    private byte _before;

    private enum State
    {
        Text,
        Escape,

        /// <summary>CSI: ends with 40h to 7Eh.</summary>
        Control,

        /// <summary>OSC and other strings: end with BEL or ST.</summary>
        String,
    }

    public byte[] Filter(ReadOnlySpan<byte> bytes)
    {
        var plain = new List<byte>(bytes.Length);
        foreach (var b in bytes)
        {
            Take(b, plain);
            _before = b;
        }

        return [.. plain];
    }

    private void Take(byte b, List<byte> plain)
    {
        switch (_state)
        {
            case State.Escape:
                // Intermediate bytes (20h to 2Fh) are followed by one more.
                _state = b switch { (byte)'[' => State.Control, (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_' =>
                    State.String, >= 0x20 and <= 0x2F => State.Escape, _ => State.Text };
                break;
            case State.Control:
                if (b is >= 0x40 and <= 0x7E or < 0x20)
                    _state = b == Escape ? State.Escape : State.Text;
                break;
            case State.String:
                if (b == 0x07 || (b == '\\' && _before == Escape) || b == '\n')
                    _state = State.Text;
                break;
            default:
                if (b == Escape)
                    _state = State.Escape;
                else if (_before == 0xC2 && b is >= 0x80 and <= 0x9F)
                    plain.RemoveAt(plain.Count - 1); // C1 in UTF-8
                else if (b is >= 0x20 and not 0x7F or (byte)'\n' or (byte)'\t')
                    plain.Add(b);
                break;
        }
    }
}
