using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>A place in a document, present or not, for checks and their messages.</summary>
internal readonly struct Cursor
{
    private readonly Findings _findings;
    private readonly string _document;
    private readonly int _line;
    private readonly FieldType _type;

    private Cursor(Findings findings, string document, string path, int line, FieldType type, ConfigValue? value)
    {
        (_findings, _document, Path, _type, Value) = (findings, document, path, type, value);
        _line = value is { Line: > 0 } ? value.Line : line;
    }

    public Cursor(Findings findings, ConfigurationDocument document)
        : this(findings, document.Id, "", document.Line, document.Root.Type, document.Root)
    {
    }

    public ConfigValue? Value { get; }

    public string Path { get; }

    /// <summary>The field of this mapping.</summary>
    public Cursor this[string key]
    {
        get
        {
            var type = _type.Target.Find(key)?.Type;
            var value = Value switch { ConfigStruct s => s[key], ConfigMap m => m[key], _ => null };
            return new(_findings, _document, Path.Length == 0 ? key : $"{Path}.{key}", _line, type ?? _type.Target.Element ?? _type, value);
        }
    }

    /// <summary>Whether Go would have a value other than nil here.</summary>
    public bool Exists => Value is not null;

    /// <summary>Whether this is absent, or the zero value.</summary>
    public bool IsZero => Value switch
    {
        null => true,
        ConfigScalar s => s.IsZero,
        ConfigStruct s => s.IsEmpty(_type.Target),
        ConfigList l => l.Items.Count == 0,
        ConfigMap m => m.Values.Count == 0,
        _ => false
    };

    public string Text => (Value as ConfigScalar)?.Text ?? "";

    public long Number => (Value as ConfigScalar)?.Parsed is long number ? number : 0;

    public bool IsTrue => (Value as ConfigScalar)?.Parsed is true;

    public bool IsFalse => (Value as ConfigScalar)?.Parsed is false;

    public GoUrl? Url => Value is ConfigScalar { IsZero: false, Parsed: GoUrl url } ? url : null;

    public byte[] Bytes => (Value as ConfigScalar)?.Parsed as byte[] ?? [];

    public int Count => Value switch { ConfigList l => l.Items.Count, ConfigMap m => m.Values.Count, _ => 0 };

    public IEnumerable<Cursor> Items
    {
        get
        {
            var here = this;
            var element = _type.Target.Element ?? _type;
            return Value is ConfigList list ? list.Items.Select((item, i) =>
                new Cursor(here._findings, here._document, $"{here.Path}[{i}]", here._line, element, item)) : [];
        }
    }

    public IEnumerable<string> Texts => Value is ConfigList list ? list.Items.OfType<ConfigScalar>().Select(s => s.Text) : [];

    /// <summary>The entries of a mapping by name.</summary>
    public IEnumerable<(string Key, Cursor Value)> Entries
    {
        get
        {
            var here = this;
            return Value is ConfigMap map ? map.Values.Keys.Select(key => (key, here[key])) : [];
        }
    }

    /// <summary>Reports an error: Talos refuses this.</summary>
    public void Refuse(string message) => _findings.Add(new ConfigurationMistake(_document, Path, _line, message));

    /// <summary>Reports an error if <paramref name="wrong"/>.</summary>
    public void Refuse(bool wrong, string message)
    {
        if (wrong)
            Refuse(message);
    }

    /// <summary>Reports a warning: Talos warns of this.</summary>
    public void Warn(bool wrong, string message)
    {
        if (wrong)
            _findings.Add(new ConfigurationMistake(_document, Path, _line, message) { IsWarning = true });
    }

    /// <summary>Reports an error if the field is absent or zero.</summary>
    public bool Require(string message = "is required")
    {
        Refuse(IsZero, message);
        return !IsZero;
    }
}
