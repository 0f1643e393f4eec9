// The frame of DG2, DG3 and DG4 (9303-10 §4.7.2.1: CBEFF, nested).
#pragma once

#include <array>
#include <vector>

#include "strict_tlv.h"

namespace cicada::conformance::lds {

/// More instances than this are not looked at; the count has one octet.
inline constexpr std::size_t kMaxInstances = 255;

using FormatType = std::array<std::uint8_t, 2>;

struct Modality {
  File file;
  Tag tag;
  std::size_t least, most;  ///< instances
  std::array<FormatType, 2> formats_19794;
  FormatType format_39794;
  Tag block_39794;  ///< of the SEQUENCE in 7F2E A1
  std::array<std::uint8_t, 4> record;
};
inline constexpr Modality kFace{.file = File::dg2,
                                .tag = 0x75,
                                .least = 1,
                                .most = 9,
                                .formats_19794 = {{{0x00, 0x08}, {0x00, 0x08}}},
                                .format_39794 = {0x00, 0x2A},
                                .block_39794 = 0x65,
                                .record = {'F', 'A', 'C', 0}};
inline constexpr Modality kFinger{.file = File::dg3,
                                  .tag = 0x63,
                                  .least = 0,
                                  .most = kMaxInstances,
                                  .formats_19794 = {{{0x00, 0x07}, {0x00, 0x07}}},
                                  .format_39794 = {0x00, 0x28},
                                  .block_39794 = 0x64,
                                  .record = {'F', 'I', 'R', 0}};
inline constexpr Modality kIris{.file = File::dg4,
                                .tag = 0x76,
                                .least = 0,
                                .most = kMaxInstances,
                                .formats_19794 = {{{0x00, 0x09}, {0x00, 0x0B}}},
                                .format_39794 = {0x00, 0x2C},
                                .block_39794 = 0x66,
                                .record = {'I', 'I', 'R', 0}};

/// All 7F60, as the way to what they hold. Leaves with absent when there is none and that is allowed.
[[nodiscard]] Judged<std::vector<Object>> information_templates(const Evidence& evidence, const Modality& modality);
/// The biometric data block of one 7F60, as the way to its record.
[[nodiscard]] Judged<Object> data_block(const Object& information_template);

// The rules that the three data groups share.
[[nodiscard]] Verdict group_template(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict instances(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict information_template_rule(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict header_templates(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict format_owner(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict format_type_19794(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict format_type_39794(const Evidence& evidence, const Modality& modality);
/// 82: one octet, for fingers and irises.
[[nodiscard]] Verdict subtype(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict data_block_19794(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict data_block_39794(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict record_identifier(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict standardized_format(const Evidence& evidence, const Modality& modality);
[[nodiscard]] Verdict block_39794(const Evidence& evidence, const Modality& modality);

/// The SEQUENCE of ISO/IEC 39794 in a block, as the way to its parts.
[[nodiscard]] Judged<Object> reached_block_39794(const Object& information_template, const Modality& modality);

}  // namespace cicada::conformance::lds
