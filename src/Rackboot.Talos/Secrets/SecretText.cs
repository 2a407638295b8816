using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Rackboot.Talos.Secrets;

/// <summary>A secret value: a token or a private key. It never prints itself, and it does not leave through JSON.</summary>
public sealed class SecretText(string value) : IEquatable<SecretText>
{
    private readonly string _value = value;

    /// <summary>Whether there is no value at all.</summary>
    [JsonIgnore]
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The value itself. Whoever calls this answers for where it goes.</summary>
    public string Reveal() => _value;

    /// <summary>Compares in a time that does not depend on where two values differ.</summary>
    public bool Equals(SecretText? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_value), Encoding.UTF8.GetBytes(other._value));

    public override bool Equals(object? obj) => Equals(obj as SecretText);

    public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary><c>***</c>, always.</summary>
    public override string ToString() => "***";
}
