namespace Rackboot.Ipmi;

/// <summary>One state of a discrete sensor, or what one event of a sensor means.</summary>
/// <param name="Offset">The state's number in its table: 0 to 14.</param>
/// <param name="Text">In plain words.</param>
/// <param name="Health">How bad it is that the state holds.</param>
public sealed record SensorState(int Offset, string Text, SensorHealth Health)
{
    public override string ToString() => Text;
}
