namespace Rackboot.Cli.Terminal;

/// <summary>Finds in what is typed the keys that are for this program: the escape character at the beginning of a line, and one
/// more.</summary>
/// <param name="escape">Null if every key is for the machine.</param>
public sealed class EscapeKeys(byte? escape)
{
    private bool _atLineStart = true;
    private bool _escaped;

    /// <summary>Splits <paramref name="typed"/> into bytes for the machine and actions, in order.</summary>
    public IReadOnlyList<(byte[] Bytes, EscapeAction? Action)> Feed(ReadOnlySpan<byte> typed)
    {
        var found = new List<(byte[], EscapeAction?)>();
        var bytes = new List<byte>(typed.Length);
        foreach (var key in typed)
        {
            if (_escaped)
            {
                _escaped = false;
                if (ActionOf(key) is { } action)
                {
                    found.Add(([.. bytes], action));
                    bytes.Clear();
                    _atLineStart = true;
                    continue;
                }

                // Typed twice, the machine gets it once; any other key is for the machine.
                bytes.Add(escape!.Value);
                _atLineStart = false;
                if (key == escape)
                    continue;
            }
            else if (key == escape && _atLineStart)
            {
                _escaped = true;
                continue;
            }

            bytes.Add(key);
            _atLineStart = key is (byte)'\r' or (byte)'\n';
        }

        if (bytes.Count > 0)
            found.Add(([.. bytes], null));
        return found;
    }

    /// <summary>Reads the value of <c>--escape</c>: a character, <c>^X</c> for Ctrl-X, or <c>none</c>.</summary>
    public static bool TryParse(string text, out byte? escape)
    {
        escape = text switch
        {
            [var c] when char.IsAscii(c) && !char.IsControl(c) => (byte)c,
            ['^', >= '@' and <= '_' and var c] => (byte)(c - '@'),
            ['^', >= 'a' and <= 'z' and var c] => (byte)(c - '`'),
            _ => null,
        };
        return escape is not null || text == "none";
    }

    /// <summary>How a key is written: <c>~</c>, <c>^]</c>.</summary>
    public static string Show(byte key) => key < ' ' ? $"^{(char)(key + '@')}" : $"{(char)key}";

    private static EscapeAction? ActionOf(byte key) => key switch
    {
        (byte)'.' => EscapeAction.End,
        (byte)'?' => EscapeAction.Help,
        (byte)'w' => EscapeAction.TakeOver,
        (byte)'b' => EscapeAction.Break,
        _ => null,
    };
}
