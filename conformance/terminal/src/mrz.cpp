#include "cicada/conformance/terminal/mrz.h"

#include <algorithm>

namespace cicada::conformance::terminal {

using base::Result;

namespace {

constexpr std::size_t kNumberSize = 9;
constexpr std::size_t kDateSize = 7;  // with its check digit

/// Where things stand in the joined lines.
struct Layout {
  std::size_t size;
  std::size_t number;
  std::size_t optional;  ///< where a long number goes on; of a passport: nowhere
  std::size_t optional_size;
  std::size_t birth;
  std::size_t expiry;
};
constexpr Layout kLayouts[] = {
    {.size = 90, .number = 5, .optional = 15, .optional_size = 15, .birth = 30, .expiry = 38},
    {.size = 72, .number = 36, .optional = 64, .optional_size = 7, .birth = 49, .expiry = 57},
    {.size = 88, .number = 44, .optional = 0, .optional_size = 0, .birth = 57, .expiry = 65},
};

std::unexpected<base::Error> no_mrz(std::size_t size) {
  return base::fail({.fault = base::Fault::bad_input,
                     .what = "a machine readable zone has 90, 72 or 88 characters A to Z, 0 to 9 and <",
                     .clause = "9303-4 §4.2",
                     .at = size});
}

Result<const Layout*> layout_of(std::string_view mrz) {
  const auto* const layout = std::ranges::find(kLayouts, mrz.size(), &Layout::size);
  const bool legal =
      std::ranges::all_of(mrz, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<'; });
  if (layout == std::end(kLayouts) || !legal) return no_mrz(mrz.size());
  return layout;
}

}  // namespace

Result<std::string> document_number(std::string_view mrz) {
  CICADA_TRY(const auto* layout, layout_of(mrz));
  const auto number = mrz.substr(layout->number, kNumberSize + 1);
  // A filler for a check digit says that the number goes on in the optional data, where its check digit ends it
  // (9303-5 §4.2.2.1). A passport's number has no such place, and an empty optional part is no continuation.
  const auto rest = mrz.substr(layout->optional, layout->optional_size);
  if (number.back() != '<' || rest.empty() || rest.front() == '<') return std::string{number};
  const auto end = rest.find('<');
  if (end == std::string_view::npos) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "the long document number has no end", .clause = "9303-5 §4.2.2.1"});
  }
  return std::string{number.substr(0, kNumberSize)} + std::string{rest.substr(0, end)};
}

Result<std::string> mrz_information(std::string_view mrz) {
  CICADA_TRY(const auto* layout, layout_of(mrz));
  CICADA_TRY(auto information, document_number(mrz));
  information += mrz.substr(layout->birth, kDateSize);
  information += mrz.substr(layout->expiry, kDateSize);
  return information;
}

}  // namespace cicada::conformance::terminal
