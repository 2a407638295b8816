namespace Rackboot.Talos.Configuration.Fields;

/// <summary>A kind of document.</summary>
/// <param name="Name">Its <c>kind</c>; <c>v1alpha1</c> for the document without one.</param>
/// <param name="Type">Its fields, without apiVersion and kind.</param>
/// <param name="Since">The first release that accepts it.</param>
public sealed record DocumentKind(string Name, FieldType Type, TalosRelease Since)
{
    /// <summary>The kind of the document without a kind.</summary>
    public const string Legacy = "v1alpha1";

    /// <summary>Whether documents of this kind are distinguished by <c>name</c>.</summary>
    public bool Named => Name != Legacy && Type.Find("name") is not null;
}
