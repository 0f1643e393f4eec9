// The machine readable zone as text that may say anything (9303-3 §4, 9303-4 §4.2.2, 9303-5 §4.2.2, 9303-6 §4.2.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cicada/host/misissue/scene.h"

namespace cicada::host::misissue {

struct Field {
  std::size_t at;
  std::size_t size;  ///< 0: this format has no such field
};
/// Where the fields are; places in the text without line breaks.
struct ZoneForm {
  Field code, state, name, number, number_digit, nationality, birth, birth_digit, sex, expiry, expiry_digit, optional,
      optional_digit, composite;
  std::vector<Field> composite_over;
};

class Zone {
 public:
  /// As it stands in DG1. Throws Failure.
  explicit Zone(const base::Bytes& dg1);

  [[nodiscard]] const ZoneForm& form() const noexcept { return *form_; }
  [[nodiscard]] std::string of(const Field& field) const { return text_.substr(field.at, field.size); }
  /// Fillers behind it; throws Failure when the format has no such field, or a shorter one.
  void set(const Field& field, std::string_view text);
  /// Another digit than stands there.
  void spoil(const Field& digit);
  /// Digits of number, birth, expiry and optional data as they have to be.
  void set_digits();
  /// The last one, over what stands there.
  void set_composite();
  /// DG1 with this zone.
  [[nodiscard]] base::Bytes file() const;

 private:
  void set_digit(const Field& digit, const std::string& over);

  std::string text_;
  const ZoneForm* form_ = nullptr;
};

}  // namespace cicada::host::misissue
