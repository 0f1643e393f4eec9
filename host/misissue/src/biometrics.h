// What the faults of DG2, DG3 and DG4 share: the way to the parts of their templates (9303-10 §4.7.2.1).
#pragma once

#include "surgery.h"
#include "tables.h"

namespace cicada::host::misissue {

inline constexpr asn1::Tag kGroupTag = 0x7F61;
inline constexpr asn1::Tag kTemplateTag = 0x7F60;
inline constexpr asn1::Tag kHeaderTag = 0xA1;
inline constexpr asn1::Tag kBlockTag = 0x5F2E;
inline constexpr asn1::Tag kCountTag = 0x02;
inline constexpr asn1::Tag kTypeTag = 0x81;
inline constexpr asn1::Tag kSubtypeTag = 0x82;
inline constexpr asn1::Tag kOwnerTag = 0x87;
inline constexpr asn1::Tag kFormatTag = 0x88;

/// The data group with the objects at the end of `way` changed (the file's own tag is no part of it).
void change_group(Scene& scene, int group, const std::vector<Place>& way, const std::function<void(Objects&)>& change);
/// The same in the first template's header.
void change_header(Scene& scene, int group, const std::function<void(Objects&)>& change);
/// The octets of the block of the template that `index` counts from 0.
void change_block(Scene& scene, int group, std::size_t index, const std::function<void(base::Bytes&)>& change);
/// The block is not there.
void take_block_out(Scene& scene, int group, std::size_t index);

}  // namespace cicada::host::misissue
