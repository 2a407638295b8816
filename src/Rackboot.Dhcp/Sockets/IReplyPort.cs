namespace Rackboot.Dhcp;

/// <summary>Where replies leave.</summary>
internal interface IReplyPort
{
    /// <summary>Sends a reply and tells the observer. A network in trouble is not the caller's concern: the client asks again.</summary>
    void Send(DhcpReply reply);
}
