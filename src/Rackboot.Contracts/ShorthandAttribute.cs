namespace Rackboot.Contracts;

/// <summary>In YAML a plain value can replace the whole group: it becomes the value of this member.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShorthandAttribute(string member) : Attribute
{
    public string Member { get; } = member;
}
