// Faults of EF.COM (9303-10 §4.6.1), which nobody signs.
#include "cicada/host/lds/com.h"
#include "cicada/host/auth/deviation.h"
#include "surgery.h"
#include "tables.h"

namespace cicada::host::misissue {

using base::Bytes;
using lds::Ef;

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr std::string_view kCom = "9303-10 §4.6.1";
constexpr auto kCountry = Trust::of_the_country;
constexpr asn1::Tag kLdsVersion = 0x5F01;
constexpr asn1::Tag kUnicodeVersion = 0x5F36;
constexpr asn1::Tag kTagList = 0x5C;

void change_com(Scene& scene, const std::function<Bytes(Bytes)>& change) {
  auto& file = scene.file(Ef::com);
  file = change(std::move(file));
}

template <asn1::Tag tag>
void leave_out(Scene& scene) {
  change_com(scene,
             [](const Bytes& file) { return operated(file, {}, [](Objects& objects) { take_out(objects, tag); }); });
}

void say(Scene& scene, asn1::Tag tag, std::string_view text) {
  change_com(scene, [tag, text](const Bytes& file) {
    return operated(
        file, {}, [tag, text](Objects& objects) { first(objects, tag).value = base::to_bytes(base::as_bytes(text)); });
  });
}

Fault row(std::string_view name, std::string_view title, Outcome outcome, std::string_view reason,
          void (*commit)(Scene&), CheckName check = kCheck) {
  return {name, title, kCom, check, outcome, reason, commit, kCountry, {}, 0, Ef::com};
}

}  // namespace

std::vector<Fault> faults_of_the_com() {
  return {
      row("com-tag-wrong", "EF.COM begins with tag 61.", kTolerated, "com-unreadable",
          [](Scene& s) { change_com(s, [](Bytes file) { return with_tag(std::move(file), 0x61); }); }),
      row("com-length-short", "The length of EF.COM is one too small.", kTolerated, "com-unreadable",
          [](Scene& s) { change_com(s, [](Bytes file) { return with_length(std::move(file), -1); }); }),
      row("com-length-long", "The length of EF.COM is one too large.", kTolerated, "com-unreadable",
          [](Scene& s) { change_com(s, [](Bytes file) { return with_length(std::move(file), 1); }); }),
      row("com-lds-version-3", "EF.COM says that the document is of LDS 3.0.", kTolerated, "com-lds-version",
          [](Scene& s) { say(s, kLdsVersion, "0300"); }),
      row("com-lds-version-missing", "EF.COM does not say of which LDS the document is.", kTolerated,
          "com-without-lds-version", leave_out<kLdsVersion>),
      row("com-unicode-version-5", "EF.COM says that texts are in Unicode 5.0.", kTolerated, "com-unicode-version",
          [](Scene& s) { say(s, kUnicodeVersion, "050000"); }),
      row("com-unicode-version-missing", "EF.COM does not say in which Unicode texts are.", kTolerated,
          "com-without-unicode-version", leave_out<kUnicodeVersion>),
      row(
          "com-without-dg1", "EF.COM does not list DG1.", kTolerated, auth::deviation::kComDiffers,
          [](Scene& s) {
            auto com = must(lds::parse_com(s.file(Ef::com)));
            std::erase(com.tags, static_cast<std::uint8_t>(lds::info(Ef::dg1).tag));
            s.file(Ef::com) = lds::build_com(com);
          },
          CheckName::dg_hashes),
      row("com-list-missing", "EF.COM has no list of data groups.", kTolerated, auth::deviation::kComUnreadable,
          leave_out<kTagList>, CheckName::dg_hashes),
      row("com-of-lds-1-8", "EF.COM says that the document is of LDS 1.8.", kSound, "",
          [](Scene& s) { say(s, kLdsVersion, "0108"); }),
      row("com-of-lds-1-7", "EF.COM says that the document is of LDS 1.7.", kSound, "",
          [](Scene& s) { say(s, kLdsVersion, "0107"); }),
  };
}

}  // namespace cicada::host::misissue
