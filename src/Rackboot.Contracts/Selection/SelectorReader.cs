namespace Rackboot.Contracts.Selection;

/// <summary>Reads the parts of a label selector from its text.</summary>
internal ref struct SelectorReader(string text)
{
    private int _at;

    /// <summary>The first error; null while there is none.</summary>
    public string Mistake { get; private set; } = "";

    public bool AtEnd
    {
        get
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
            return _at == text.Length;
        }
    }

    /// <summary>The next token, as messages show it.</summary>
    public string Next => AtEnd ? "the end" : IsWord(text[_at]) ? $"\"{Peek()}\"" : $"\"{text[_at]}\"";

    /// <summary>The next requirement; null if there is an error.</summary>
    public LabelRequirement? Requirement()
    {
        var absent = Take('!');
        if (Word() is not { Length: > 0 } key)
            return Wrong($"expected the key of a label, found {Next}");
        if (absent)
            return new LabelRequirement(key, [], Negated: true);
        if (Take('!'))
            return Take('=') ? new LabelRequirement(key, [Word()], Negated: true) : Wrong($"expected = after \"{key}!\"");
        if (Take('='))
        {
            _ = Take('=');
            return new LabelRequirement(key, [Word()], Negated: false);
        }

        return Peek() switch
        {
            "in" => Set(key, negated: false),
            "notin" => Set(key, negated: true),
            _ => new LabelRequirement(key, [], Negated: false),
        };
    }

    public bool Take(char expected)
    {
        if (AtEnd || text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private LabelRequirement? Set(string key, bool negated)
    {
        var word = Word();
        if (!Take('('))
            return Wrong($"expected values in parentheses after \"{key} {word}\"");
        var values = new List<string>();
        do
            values.Add(Word());
        while (Take(','));
        if (!Take(')'))
            return Wrong($"expected a closing parenthesis, found {Next}");
        return values is [""]
            ? Wrong($"the parentheses after \"{key} {word}\" are empty")
            : new LabelRequirement(key, values, negated);
    }

    private LabelRequirement? Wrong(string what)
    {
        Mistake = what;
        return null;
    }

    private string Peek()
    {
        var at = _at;
        var word = Word();
        _at = at;
        return word;
    }

    // An empty word is an empty value: rack= selects machines whose label rack is empty.
    private string Word()
    {
        _ = AtEnd;
        var start = _at;
        while (_at < text.Length && IsWord(text[_at]))
            _at++;
        return text[start.._at];
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/';
}
