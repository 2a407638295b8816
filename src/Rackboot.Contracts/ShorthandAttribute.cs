namespace Rackboot.Contracts;

/// <summary>In YAML a single value may stand for the whole group: it is the value of this member.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShorthandAttribute(string member) : Attribute
{
    public string Member { get; } = member;
}
