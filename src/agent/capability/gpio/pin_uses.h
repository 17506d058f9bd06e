// SPDX-License-Identifier: MIT
// Which pins of the header something other than GPIO uses: a bus, a serial port, sound. The
// kernel's GPIO interface does not tell; its device tree does. Source: the kernel's
// Documentation/devicetree/bindings/pinctrl, brcm,bcm2835-gpio and raspberrypi,rp1-gpio.

#pragma once

#include <map>
#include <string>

namespace malinka::agent::gpio {

/// By offset on the chip of that name: what uses it, as `i2c@7e804000`. Reads hundreds of small
/// files. `root` stands in front of /sys and /dev: empty, but for tests.
[[nodiscard]] std::map<unsigned, std::string> read_pin_uses(const std::string& root,
                                                            const std::string& chip);

}  // namespace malinka::agent::gpio
