namespace Rackboot.Ipmi;

/// <summary>One command to a BMC.</summary>
/// <param name="NetFunction">The family of the command.</param>
/// <param name="Command">Its number in that family.</param>
/// <param name="Data">The request data, without checksums.</param>
/// <param name="Repeatable">
/// Whether sending it twice does what sending it once does. A command that is not is sent again only when its sender has looked
/// whether the first one was carried out: some BMCs are slow to answer and would do it twice.
/// </param>
/// <param name="Lun">The logical unit of the BMC that is asked, 0 to 3; sensors can live in another than 0.</param>
public readonly record struct IpmiRequest(
    IpmiNetFunction NetFunction, byte Command, ReadOnlyMemory<byte> Data, bool Repeatable = true, byte Lun = 0);
