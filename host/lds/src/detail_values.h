// Single values of DG11, DG12 and DG16; not part of the room's promise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/details.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

inline constexpr std::size_t kDayDigits = 8;
inline constexpr std::size_t kMomentDigits = 14;
inline constexpr asn1::Tag kDetailTagList = 0x5C;
inline constexpr asn1::Tag kDetailNames = 0xA0;
inline constexpr asn1::Tag kDetailCount = 0x02;

/// What a group's parser collects: "dg11-" and so on stands in front of every name.
class DetailNotes {
 public:
  DetailNotes(std::string_view prefix, std::vector<std::string>& deviations)
      : prefix_(prefix), deviations_(deviations) {}
  void add(std::string_view name) const;

 private:
  std::string_view prefix_;
  std::vector<std::string>& deviations_;
};

/// The octets as UTF-8; octets that are not UTF-8 are taken for ISO 8859-1, which is noted.
[[nodiscard]] std::string read_text(base::ByteView value, const DetailNotes& notes);

/// `digits` digits, one or two an octet; nothing on another form.
[[nodiscard]] std::optional<DetailDate> read_date(base::ByteView value, std::size_t digits);
/// Fails with bad_input when there are not exactly `digits` digits.
[[nodiscard]] base::Result<base::Bytes> write_date(const DetailDate& date, std::size_t digits);

/// The tags of a 5C object; what cannot be read is noted.
[[nodiscard]] std::vector<std::uint32_t> read_tag_list(base::ByteView value, const DetailNotes& notes);

/// A0 { 02 number; name ... }: the names, whatever the number says. False when there is something else in it.
[[nodiscard]] base::Result<bool> read_names(base::ByteView value, asn1::Tag name, std::vector<std::string>& names,
                                            const DetailNotes& notes);
[[nodiscard]] base::Result<void> add_name(base::ByteView value, std::vector<std::string>& names,
                                          const DetailNotes& notes);
[[nodiscard]] base::Result<base::Bytes> write_names(asn1::Tag name, const std::vector<std::string>& names);

/// Compares the list with what was there; `names` stands in lists for A0 and the other way round.
void compare_tag_list(const std::vector<std::uint32_t>& listed, const std::vector<std::uint32_t>& present,
                      asn1::Tag names, const DetailNotes& notes);

}  // namespace cicada::host::lds
