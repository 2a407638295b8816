namespace Rackboot.Cloud;

/// <summary>Something that a provider needs beyond a login.</summary>
public sealed record CloudSetting(string Name, string What, bool Required = true);
