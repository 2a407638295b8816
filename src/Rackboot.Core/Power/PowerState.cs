namespace Rackboot.Core.Power;

public enum PowerState
{
    Unknown,
    On,
    Off,
}
