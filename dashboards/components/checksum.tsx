/** A checksum as it is compared by eye: in groups of eight, none parted between two lines; copied it is whole. */
export const Checksum = ({ value }: { value: string }) => (
  <code class="checksum">
    {(value.match(/(?:\d+-)?.{1,8}/g) ?? []).map((group, place) => (
      <span key={`${place} ${group}`}>{group}</span>
    ))}
  </code>
)
