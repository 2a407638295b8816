using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rackboot.Linux;

// Memory that Linux reads and writes: it does not move, and is there for as long as this object.
internal sealed unsafe class PinnedRoom<T>(int count)
    where T : unmanaged
{
    private readonly T[] _items = GC.AllocateArray<T>(count, pinned: true);

    public T* Start => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_items));

    public ref T this[int index] => ref _items[index];
}
