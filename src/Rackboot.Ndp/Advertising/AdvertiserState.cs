namespace Rackboot.Ndp;

/// <summary>What a <see cref="RouterAdvertiser"/> does on its link.</summary>
public enum AdvertiserState
{
    /// <summary>It asks whether there is a router, and says nothing itself.</summary>
    Listening,

    /// <summary>There is none: it answers hosts that ask for one.</summary>
    Advertising,

    /// <summary>There is a router, so it is silent.</summary>
    Silent,
}
