using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Rackboot.Talos.Secrets;

/// <summary>A secret value: a token or a private key. It never prints its value and is not serialized to JSON.</summary>
public sealed class SecretText(string value) : IEquatable<SecretText>
{
    private readonly string _value = value;

    /// <summary>Whether there is no value.</summary>
    [JsonIgnore]
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The value. The caller must keep it secret.</summary>
    public string Reveal() => _value;

    /// <summary>Compares in constant time.</summary>
    public bool Equals(SecretText? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_value), Encoding.UTF8.GetBytes(other._value));

    public override bool Equals(object? obj) => Equals(obj as SecretText);

    public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary><c>***</c>, always.</summary>
    public override string ToString() => "***";
}
