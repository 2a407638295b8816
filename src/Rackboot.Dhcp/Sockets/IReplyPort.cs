namespace Rackboot.Dhcp;

/// <summary>Where replies leave.</summary>
internal interface IReplyPort
{
    /// <summary>Sends replies and tells the observer of each. A network in trouble is not the caller's concern: the clients ask
    /// again.</summary>
    void Send(IReadOnlyList<DhcpReply> replies);
}
